/** Waits until something has happened elsewhere. Throws after half a minute, to tell a hang. */
export async function until(happened: () => boolean): Promise<void> {
  const start = performance.now();
  while (!happened()) {
    if (performance.now() - start > 30_000) throw new Error(`It did not happen within 30 seconds: ${happened}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
