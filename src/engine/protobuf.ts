import { BinaryReader } from "@bufbuild/protobuf/wire";

/** Reads the fields that are named by their numbers and skips the others, which newer daemons may add. */
export function readFields(bytes: Uint8Array, fields: Record<number, (reader: BinaryReader) => unknown>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const read = fields[number];
    if (read) read(reader);
    else reader.skip(type, number);
  }
}
