import type { Prompt } from "../define.ts";
import * as compose from "./compose.ts";
import * as optimize from "./optimize.ts";
import * as review from "./review.ts";
import * as troubleshoot from "./troubleshoot.ts";

/** Every prompt, in the order in which they are listed. They name tools and load none. */
export const prompts: readonly Prompt[] = [troubleshoot, optimize, compose, review].flatMap((file): Prompt[] =>
  Object.values(file)
);
