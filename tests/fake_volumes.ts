import type { Route } from "./fake_daemon.ts";
import type { FakeContainer } from "./fake_containers.ts";
import { failure, json, NoSuch, type Seen } from "./fake_http.ts";

interface FakeVolume {
  Name: string;
  Driver: string;
  Mountpoint: string;
  CreatedAt: string;
  Scope: string;
  Labels: Record<string, string> | null;
  Options: Record<string, string> | null;
}

/** The volumes of the fake daemon, with their routes; they are used by the mounts of its containers. Each holds 1.5 MB. */
export function fakeVolumes(containers: { all: readonly FakeContainer[] }) {
  const all: FakeVolume[] = [];
  const find = (name: string): FakeVolume => {
    const found = all.find(({ Name }) => Name === name);
    if (!found) throw new NoSuch(404, `get ${name}: no such volume`);
    return found;
  };
  const users = ({ Name }: FakeVolume) => containers.all.filter(({ mounts }) => mounts.some((m) => m.Name === Name));

  function create({ body }: Seen): Response {
    const known = all.find(({ Name }) => Name === body.Name);
    if (known) return json(known, 201);
    const Name = body.Name ?? String(all.length + 1).padStart(4, "a").repeat(16);
    const anonymous = body.Name ? null : { "com.docker.volume.anonymous": "" };
    all.unshift({
      Name,
      Driver: body.Driver ?? "local",
      Mountpoint: `/var/lib/docker/volumes/${Name}/_data`,
      CreatedAt: "2026-01-01T10:00:00Z",
      Scope: "local",
      Labels: body.Labels ?? anonymous,
      Options: body.DriverOpts ?? null,
    });
    return json(all[0], 201);
  }

  function remove({ query }: Seen, name: string): Response {
    if (query["force"] === "true" && !all.some(({ Name }) => Name === name)) return new Response(null, { status: 204 });
    const found = find(name);
    const ids = users(found).map(({ Id }) => Id);
    if (ids.length > 0) return failure(409, `remove ${name}: volume is in use - [${ids.join(", ")}]`);
    all.splice(all.indexOf(found), 1);
    return new Response(null, { status: 204 });
  }

  function listed(volume: FakeVolume, { query }: Seen): boolean {
    const filters: Record<string, string[]> = JSON.parse(query["filters"] ?? "{}");
    const labels = Object.entries(volume.Labels ?? {});
    const wants = (key: string, test: (value: string) => boolean) => filters[key]?.some(test) ?? true;
    return wants("name", (name) => volume.Name.includes(name)) &&
      wants("driver", (driver) => driver === volume.Driver) &&
      wants("label", (label) => labels.some(([k, v]) => label === k || label === `${k}=${v}`)) &&
      wants("dangling", (wanted) => wanted === String(users(volume).length === 0));
  }

  const routes: Route[] = [
    ["GET", /^\/volumes$/, (ask) => json({ Volumes: all.filter((volume) => listed(volume, ask)), Warnings: null })],
    ["POST", /^\/volumes\/create$/, create],
    ["GET", /^\/volumes\/(.+)$/, (_, name) => json(find(name))],
    ["DELETE", /^\/volumes\/(.+)$/, remove],
  ];
  const usage = () =>
    all.map((volume) => ({ ...volume, UsageData: { Size: 1_500_000, RefCount: users(volume).length } }));
  return { routes, usage };
}
