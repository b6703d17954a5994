import * as z from "zod";

// Most schemas read one value or none before the program ends: to compile a reader for each takes longer than it saves.
// A module of its own, since it has to be there before the first schema is.
z.config({ jitless: true });
