// Builds what the server serves under /assets/: scripts, one stylesheet, and Automerge's WebAssembly.
import { context } from "esbuild";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
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
  legalComments: "linked",
  logLevel: "info",
  // The usual build of cbor-x tries `new Function`, which our content security policy refuses and browsers report.
  alias: { "cbor-x": "cbor-x/index-no-eval" },
  plugins: [withoutCrownMarks],
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await copyFile(require.resolve("@automerge/automerge/automerge.wasm"), path.join(dist, "automerge.wasm"));
const build = await context(options);
await build.rebuild();
if (process.argv.includes("--watch")) await build.watch();
else await build.dispose();
