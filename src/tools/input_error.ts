/** Arguments that are well formed but cannot work, as only the state of the engine could tell. */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(readonly field: string, message: string) {
    super(message);
  }
}
