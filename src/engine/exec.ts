import {
  bytes,
  type EngineResponse,
  given,
  json,
  type Options,
  path,
  type Transport,
  type UpgradedSocket,
} from "./request.ts";

/** The body of `POST /containers/{id}/exec`. */
export interface ExecConfig {
  Cmd: string[];
  /** `KEY=value` each. */
  Env?: string[];
  User?: string;
  WorkingDir?: string;
  Tty?: boolean;
  AttachStdin?: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  Privileged?: boolean;
}

export interface ExecDetails {
  ID: string;
  Running: boolean;
  /** Null while it runs. */
  ExitCode: number | null;
  /** On the host; 0 before it starts. */
  Pid: number;
}

/** Commands in running containers. */
export type Exec = ReturnType<typeof exec>;

export function exec(transport: Transport) {
  const start = (id: string, tty: boolean, signal: AbortSignal | undefined) => ({
    method: "POST" as const,
    path: path`/exec/${id}/start`,
    body: { kind: "json" as const, value: { Detach: false, Tty: tty } },
    ...given(signal),
  });
  return {
    create(container: string, config: ExecConfig, { signal }: Options = {}) {
      const body = { kind: "json", value: config } as const;
      const ask = { method: "POST", path: path`/containers/${container}/exec`, body, ...given(signal) } as const;
      return json<{ Id: string }>(transport, ask);
    },
    /** Output only. */
    start(id: string, tty: boolean, { signal }: Options = {}): Promise<EngineResponse> {
      return bytes(transport, start(id, tty, signal));
    },
    /** With stdin: the connection becomes the command's terminal. */
    attach(id: string, tty: boolean, { signal }: Options = {}): Promise<UpgradedSocket> {
      return transport.upgrade({ ...start(id, tty, signal), reply: "stream" });
    },
    inspect(id: string, { signal }: Options = {}) {
      return json<ExecDetails>(transport, { method: "GET", path: path`/exec/${id}/json`, ...given(signal) });
    },
  };
}
