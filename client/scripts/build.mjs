// Builds what the server serves under /assets/: scripts, one stylesheet, and Automerge's WebAssembly.
import { context } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const require = createRequire(import.meta.url);

/** The typeface and the royal arms of GOV.UK are the government's own; Accord uses the reader's system fonts. */
const withoutCrownMarks = {
  name: "without-crown-marks",
  setup(build) {
    build.onLoad({ filter: /govuk-frontend\.min\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const contents = css
        .replace(/@font-face\{[^}]*\}/g, "")
        .replace(/font-family:GDS Transport(,arial,sans-serif)?/g, "font-family:var(--accord-font)")
        .replace(/@media screen\\0[^{]*/g, "@media not all") // rules for Internet Explorer alone
        .replace(/url\(\/assets\/images\/govuk-crest\.svg\)/g, "none");
      if (/GDS Transport|govuk-crest/.test(contents)) throw new Error("a crown mark is left in the stylesheet");
      return { contents, loader: "css" };
    });
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: {
    live: "src/live/main.ts",
    pages: "src/pages/main.ts",
    accord: "styles/accord.css",
  },
  outdir: dist,
  bundle: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  minify: true,
  legalComments: "none", // all licences go into one file, whole
  metafile: true,
  logLevel: "info",
  // The usual build of cbor-x tries `new Function`, which our content security policy refuses and browsers report.
  alias: { "cbor-x": "cbor-x/index-no-eval" },
  plugins: [withoutCrownMarks],
};

/** The licences of every package that something of is in the bundles. */
async function licences(inputs) {
  const packages = inputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean);
  const texts = [];
  for (const name of [...new Set(packages)].sort()) {
    const folder = path.join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : await readFile(path.join(folder, file), "utf8");
    texts.push(`${name} ${version} (${license})\n\n${text}`.trim());
  }
  return `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await copyFile(require.resolve("@automerge/automerge/automerge.wasm"), path.join(dist, "automerge.wasm"));
const build = await context(options);
const { metafile } = await build.rebuild();
await writeFile(path.join(dist, "licences.txt"), await licences(Object.keys(metafile.inputs)));
if (process.argv.includes("--watch")) await build.watch();
else await build.dispose();
