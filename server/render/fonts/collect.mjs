// Copies the fonts that fonts.txt names, with their licences, out of node_modules. Node 18, no packages.
//
//   cd server/render/fonts && npm ci && node collect.mjs ../../../target/accord-fonts

import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { argv, exit, stderr } from "node:process";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules", "@expo-google-fonts");
const list = join(here, "fonts.txt");

const destination = argv[2];
if (destination === undefined) {
  stderr.write("usage: node collect.mjs DEST\n");
  exit(2);
}

const fonts = (await readFile(list, "utf8"))
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "" && !line.startsWith("#"));

const target = resolve(destination);
const licences = join(target, "licences");
await mkdir(licences, { recursive: true });

for (const font of fonts) {
  await copyFile(join(packages, font), join(target, basename(font)));
}
for (const name of new Set(fonts.map((font) => font.split("/")[0]))) {
  await copyFile(join(packages, name, "LICENSE_FONT"), join(licences, `${name}.txt`));
}
// The list goes last: a folder that holds it is complete.
await copyFile(list, join(target, "fonts.txt"));
