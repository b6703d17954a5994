import { unpackPackages } from "./debian_packages.ts";
import { findProgram, type Programs, unpackedPrograms } from "./private_engine_programs.ts";

/**
 * An sshd on loopback that only its caller knows. `root` reaches the engine, `guest` may not use its socket, and
 * `bare` has no docker program.
 */
export interface SshServer extends AsyncDisposable {
  port: number;
  /** The folder of a program `ssh` that knows the server's key and has the user's, and nothing of the machine's user. */
  path: string;
}

export interface SshServerOptions {
  /** The engine that is used over there unless another one is named: `unix:///path`. */
  host: string;
  /** Where docker is looked for. */
  programs: Programs;
}

/** Starts the server; its programs are the machine's own, else unpacked from Debian packages. */
export async function startSshServer({ host, programs }: SshServerOptions): Promise<SshServer> {
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-ssh-" });
  // Its users read their keys themselves.
  await Deno.chmod(folder, 0o755);
  const { sshd, ssh, env } = await findPrograms(folder);
  const docker = await dockerFor(folder, programs);
  const port = freePort();
  await makeKeys(folder, env);
  await Deno.writeTextFile(`${folder}/sshd_config`, serverConfig({ folder, port, host, docker }));
  await writeClient(folder, { ssh, port, env });
  const script = new URL("./ssh_server.sh", import.meta.url).pathname;
  const child = new Deno.Command("bash", { args: [script, folder, sshd], env, stdin: "null", stderr: "piped" }).spawn();
  const complaints = child.stderr.text();
  const stop = async () => {
    child.kill("SIGKILL");
    await child.status;
    await complaints;
    await Deno.remove(folder, { recursive: true });
  };
  for (let tries = 0; !await answers(port); tries++) {
    if (tries < 500) continue;
    await stop();
    throw new Error(`Cannot start an ssh server: ${await complaints}`);
  }
  return { port, path: `${folder}/client`, [Symbol.asyncDispose]: stop };
}

/** Lets the program `ssh` of this server be found in front of all others while `work` runs in this process. */
export async function withSsh<T>({ path }: SshServer, work: () => Promise<T>): Promise<T> {
  const before = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${path}:${before}`);
  try {
    return await work();
  } finally {
    Deno.env.set("PATH", before);
  }
}

async function findPrograms(folder: string): Promise<{ sshd: string; ssh: string; env: Record<string, string> }> {
  const [sshd, ssh] = [await findProgram("sshd"), await findProgram("ssh")];
  if (sshd !== undefined && ssh !== undefined) return { sshd, ssh, env: {} };
  await unpackPackages(["openssh-server", "openssh-client"], `${folder}/programs`);
  const unpacked = await unpackedPrograms(`${folder}/programs`);
  return {
    sshd: sshd ?? `${folder}/programs/usr/sbin/sshd`,
    ssh: ssh ?? `${folder}/programs/usr/bin/ssh`,
    env: unpacked.env,
  };
}

/** The docker program where all users over there may run it: the folder of an engine is closed to them. */
async function dockerFor(folder: string, { path }: Programs): Promise<string> {
  const found = await findProgram("docker", path);
  if (found === undefined) return await unpackedDocker(folder);
  await Deno.mkdir(`${folder}/bin`);
  await Deno.copyFile(found, `${folder}/bin/docker`);
  return `${folder}/bin/docker`;
}

/** Since Debian 13 it is in a package of its own, which the engine does without; before, it came with the engine. */
async function unpackedDocker(folder: string): Promise<string> {
  await unpackPackages(["docker-cli"], `${folder}/docker`)
    .catch(() => unpackPackages(["docker.io"], `${folder}/docker`));
  return `${folder}/docker/usr/bin/docker`;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function makeKeys(folder: string, env: Record<string, string>): Promise<void> {
  const program = await findProgram("ssh-keygen") ?? `${folder}/programs/usr/bin/ssh-keygen`;
  for (const name of ["host", "user", "stranger"]) {
    const args = ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/${name}`];
    const { success, stderr } = await new Deno.Command(program, { args, env }).output();
    if (!success) throw new Error(`Cannot make a key: ${new TextDecoder().decode(stderr)}`);
  }
  await Deno.copyFile(`${folder}/user.pub`, `${folder}/authorized_keys`);
  await Deno.chmod(`${folder}/authorized_keys`, 0o644);
}

function serverConfig(
  { folder, port, host, docker }: { folder: string; port: number; host: string; docker: string },
): string {
  const dockerFolder = docker.slice(0, docker.lastIndexOf("/"));
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowTcpForwarding no
SetEnv DOCKER_HOST=${host} PATH=${dockerFolder}:/usr/bin:/bin
Match User bare
  SetEnv DOCKER_HOST=${host} PATH=/nowhere
`;
}

/** The names are of one server: `box` is as it should be; the others lack its key, or the right one of the user. */
async function writeClient(
  folder: string,
  { ssh, port, env }: { ssh: string; port: number; env: Record<string, string> },
): Promise<void> {
  const [type, key] = (await Deno.readTextFile(`${folder}/host.pub`)).split(" ");
  await Deno.writeTextFile(`${folder}/known_hosts`, `[127.0.0.1]:${port} ${type} ${key}\n`);
  const config = `Host new
  UserKnownHostsFile /dev/null
Host stranger
  IdentityFile ${folder}/stranger
Host box new stranger
  HostName 127.0.0.1
  Port ${port}
Host *
  StrictHostKeyChecking yes
  UserKnownHostsFile ${folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  IdentitiesOnly yes
  IdentityAgent none
Host * !stranger
  IdentityFile ${folder}/user
`;
  await Deno.writeTextFile(`${folder}/config`, config);
  await Deno.mkdir(`${folder}/client`);
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}' `).join("");
  await Deno.writeTextFile(`${folder}/client/ssh`, `#!/bin/sh\n${variables}exec ${ssh} -F ${folder}/config "$@"\n`);
  await Deno.chmod(`${folder}/client/ssh`, 0o755);
}

async function answers(port: number): Promise<boolean> {
  try {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.close();
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return false;
  }
}
