import * as z from "zod";
import { defineTool } from "../../define.ts";
import { anyOf, image, localPath } from "../fields.ts";
import { follow, noteEvery } from "../facts/pull.ts";
import { size } from "../format.ts";
import { InputError } from "../input_error.ts";

export const saveImage = defineTool({
  name: "docker_save_image",
  title: "Save images to a file",
  description: "Write images to a new local tar archive.",
  risk: "change",
  input: z.strictObject({ image: anyOf(image), path: localPath }),
  output: z.object({ path: z.string(), bytes: z.number(), images: z.array(z.string()) }),
  text: ({ path, bytes, images }) => `Saved ${images.join(", ")} to ${path} (${size(bytes)}).`,
  async run({ engine, files, signal, progress }, { image, path }) {
    if (image.length === 0) throw new InputError("image", "name at least one");
    // Some engines only find out within the archive that there is no such image.
    await Promise.all(image.map((name) => engine.images.inspect(name, { signal })));
    // Asked for only once the file is there: an archive that nobody reads keeps the engine at work.
    const archive = async function* () {
      yield* (await engine.images.save(image, { signal })).chunks();
    };
    let noted = 0;
    const note = (written: number) => {
      if (Date.now() - noted < noteEvery) return;
      noted = Date.now();
      progress({ progress: written, message: `Saving: ${size(written)}` });
    };
    return { path, bytes: await files.writeArchive(path, archive(), { progress: note }), images: image };
  },
});

export const loadImage = defineTool({
  name: "docker_load_image",
  title: "Load images from a file",
  description: "Load images from a local archive of `docker save`.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ path: localPath }),
  output: z.object({ path: z.string(), images: z.array(z.string()) }),
  text: ({ path, images }) => `Loaded ${images.join(", ") || "nothing"} from ${path}.`,
  async run(context, { path }) {
    const { content } = await context.files.openArchive(path);
    const { statuses } = await follow(
      context,
      context.engine.images.load(content, { signal: context.signal }),
      "Loading",
    );
    // Podman names several in one line.
    const loaded = statuses.flatMap((line) => /^Loaded image(?: ID)?: (\S+)/.exec(line)?.[1]?.split(",") ?? []);
    return { path, images: loaded };
  },
});
