const blanks = " \t\r\n";

/**
 * The words of a command line, by the rules of Compose: quotes and backslashes as a shell has them, no variables, and
 * whatever follows `;`, `&`, `|`, `<` or `>` is dropped. Undefined where quotes or parentheses do not pair up.
 */
export function splitWords(line: string): string[] | undefined {
  const state: State = { words: [], word: "", begun: false, quote: "", escaped: false, command: false };
  for (const char of line) {
    const next = step(state, char);
    if (next === "stop") break;
    if (next === "invalid") return undefined;
  }
  if (state.escaped || state.quote || state.command) return undefined;
  endWord(state);
  return state.words;
}

interface State {
  words: string[];
  word: string;
  /** True where there is a word, though it may be empty yet. */
  begun: boolean;
  /** The quote that is open. */
  quote: "" | "'" | '"';
  escaped: boolean;
  /** Within `$(...)`, which is kept as it is. */
  command: boolean;
}

function step(state: State, char: string): "stop" | "invalid" | undefined {
  const { quote, command } = state;
  if (state.escaped) {
    state.escaped = false;
    return add(state, char);
  }
  if (char === "\\" && quote !== "'") {
    state.escaped = true;
    return undefined;
  }
  if ((char === "'" || char === '"') && !command && (quote === "" || quote === char)) {
    state.quote = quote ? "" : char;
    state.begun = true;
    return undefined;
  }
  if (quote) return add(state, char);
  return bare(state, char);
}

function bare(state: State, char: string): "stop" | "invalid" | undefined {
  if (char === "(" && (state.command || state.word !== "$")) return "invalid";
  if (char === "(" || char === ")") state.command = !state.command;
  if (state.command || char === ")") return add(state, char);
  if (blanks.includes(char)) return endWord(state);
  if (!";&|<>".includes(char)) return add(state, char);
  // The number in front of a redirection, as in `2>`, is part of it.
  if (char === ">" && /^\d/.test(state.word)) state.begun = false;
  return "stop";
}

function add(state: State, char: string): undefined {
  state.word += char;
  state.begun = true;
}

function endWord(state: State): undefined {
  if (state.begun) state.words.push(state.word);
  state.word = "";
  state.begun = false;
}
