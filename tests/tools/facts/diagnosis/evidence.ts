import type { ContainerDetails, ContainerState } from "../../../../src/engine/containers.ts";
import type { EngineEvent } from "../../../../src/engine/system.ts";
import type { Evidence } from "../../../../src/tools/facts/diagnosis/evidence.ts";

/** The moment of every diagnosis here: ten minutes after the container was started. */
export const now = Date.parse("2026-01-01T10:10:00Z");

interface Case {
  state?: Partial<ContainerState>;
  host?: ContainerDetails["HostConfig"];
  restarts?: number;
  log?: string;
  /** Each with the minute after the start, and what it carries: `3 die exitCode=137`. */
  events?: string[];
  rest?: Partial<Evidence>;
}

/** Evidence of a container that ended at 10:05 with code 0, changed as the case says. */
export function evidence({ state = {}, host = {}, restarts = 0, log = "", events = [], rest = {} }: Case): Evidence {
  const State = {
    ...{ Status: "exited", Running: false, Paused: false, OOMKilled: false, Pid: 0, ExitCode: 0, Error: "" },
    ...{ StartedAt: "2026-01-01T10:00:00Z", FinishedAt: "2026-01-01T10:05:00Z" },
    ...state,
  };
  const details = {
    ...{ Id: "a".repeat(64), Name: "/app", Image: "sha256:1", Created: "2026-01-01T09:59:00Z", Path: "app", Args: [] },
    ...{ RestartCount: restarts, State, Config: { Image: "app:1", Tty: false }, HostConfig: host },
    ...{ NetworkSettings: { Networks: { bridge: {} } } },
  };
  const lines = log.split("\n").filter(Boolean).map((text) => ({ stream: "stdout" as const, text }));
  const image = { Id: "sha256:1", Size: 1, Os: "linux", Architecture: "amd64", Created: "2025-12-01T10:10:00Z" };
  const none = { networks: [], running: [], sample: undefined };
  return { details, log: lines, events: events.map(event), image, ...none, now, ...rest };
}

function event(text: string): EngineEvent {
  const [minute, Action = "", ...attributes] = text.split(" ");
  const timeNano = (Date.parse("2026-01-01T10:00:00Z") + Number(minute) * 60_000) * 1e6;
  const Attributes = Object.fromEntries(attributes.map((attribute) => attribute.split("=")));
  return { Type: "container", Action, Actor: { ID: "a".repeat(64), Attributes }, time: timeNano / 1e9, timeNano };
}
