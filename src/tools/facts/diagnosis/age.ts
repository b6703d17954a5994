const units = [["d", 86_400], ["h", 3600], ["m", 60]] as const;

/** How long ago a time was, in its largest unit: `3m`, `40d`. */
export function ageOf(time: string | number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - new Date(time).getTime()) / 1000));
  const unit = units.find(([, length]) => seconds >= 2 * length) ?? ["s", 1] as const;
  return `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
