import assert from "node:assert/strict";
import { diskHost } from "../../src/compose/load/read.ts";
import { archiveFiles } from "../../src/engine/archive_files.ts";
import { localFiles } from "../../src/engine/build_context.ts";

interface Race {
  /** A permitted folder. */
  folder: string;
  /** One in it, that is swapped for a link to `outside` while anything is opened. */
  swapped: string;
  outside: string;
  options: { folders: string[]; refusal(path: string): Error };
}

/** Runs it with a program beside it that always swaps in the moment of the opening, and perhaps swaps back. */
async function racing({ back }: { back: boolean }, fn: (race: Race) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "docker-mcp-race-" });
  const [folder, outside, swapped] = [`${root}/in`, `${root}/out`, `${root}/in/sub`];
  for (const [place, text] of [[swapped, "inside"], [outside, "secret"]] as const) {
    await Deno.mkdir(place, { recursive: true });
    for (const name of ["Dockerfile", "a"]) await Deno.writeTextFile(`${place}/${name}`, text);
  }
  await Deno.symlink(outside, `${folder}/link`);
  const exchange = (other: string, kept: string) => {
    Deno.renameSync(swapped, kept);
    Deno.renameSync(other, swapped);
  };
  const open = Deno.open;
  let [opening, isSwapped] = [0, false];
  Deno.open = async (...args) => {
    // Several may be opened at the same time.
    opening++;
    if (!isSwapped) exchange(`${folder}/link`, `${folder}/kept`);
    isSwapped = true;
    try {
      return await open(...args);
    } finally {
      opening--;
      if (back && opening === 0) {
        exchange(`${folder}/kept`, `${folder}/link`);
        isSwapped = false;
      }
    }
  };
  try {
    await fn({ folder, swapped, outside, options: { folders: [folder], refusal: (path) => new RangeError(path) } });
  } finally {
    Deno.open = open;
    await Deno.remove(root, { recursive: true });
  }
}

const replaced = /it, or a folder on the way to it, was replaced meanwhile/;

for (const back of [true, false]) {
  const when = back ? "and back" : "and stays so";

  Deno.test(`no file is read outside by a folder that becomes a link while it is opened, ${when}`, () =>
    racing({ back }, async ({ swapped, options }) => {
      await assert.rejects(archiveFiles(options).openArchive(`${swapped}/a`), replaced);
    }));

  Deno.test(`no Compose file is read outside by such a folder, ${when}`, () =>
    racing({ back }, async ({ folder, swapped, options }) => {
      const host = diskHost({ ...options, env: new Map(), home: folder, cwd: folder });
      await assert.rejects(host.readText(`${swapped}/a`), replaced);
    }));

  Deno.test(`no file of a build is sent from outside by such a folder, ${when}`, () =>
    racing({ back }, async ({ swapped, options }) => {
      const { content } = await localFiles(options).buildContext(swapped, { text: "FROM x" });
      await assert.rejects(new Response(content as BodyInit).text(), replaced);
    }));

  Deno.test(`nothing is written or removed outside by such a folder, ${when}`, () =>
    racing({ back }, async ({ swapped, outside, options }) => {
      async function* chunks() {
        yield new TextEncoder().encode("image");
      }
      await assert.rejects(archiveFiles(options).writeArchive(`${swapped}/new`, chunks()), replaced);
      assert.equal(await Deno.readTextFile(`${outside}/new`), "");
    }));
}
