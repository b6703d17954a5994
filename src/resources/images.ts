import { defineResource } from "../define.ts";

export const images = defineResource({
  uri: "docker://images",
  name: "images",
  title: "Images",
  description: "Images with tags, age and size, newest first; the first 200.",
  mimeType: "application/json",
  tool: "docker_list_images",
  args: () => ({ limit: 200 }),
  // An image without a tag that was made of a container is told of by the container alone.
  changedBy: ["image", "container commit"],
});

export const image = defineResource({
  uri: "docker://images/{name}",
  name: "image",
  title: "An image's details",
  description: "Tags, platform, size, command, environment, ports and labels of an image, and its containers.",
  mimeType: "application/json",
  names: "image",
  tool: "docker_inspect_image",
  args: (image) => ({ image }),
  changedBy: ["image", "container create", "container destroy"],
});
