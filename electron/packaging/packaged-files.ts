/**
 * Which files of the project go into the packaged app. All of them lie in its archive but one: Electron reads archives in
 * every thread, and what lies beside one is read without its hash being checked. Systems load native code from files
 * alone; its digest is in the archive, and checked before it is loaded.
 */

/** The one file beside the archive, as the packager's pattern. */
export const besideArchive = '**/dist/native/kernels.node';

/** Folders that go in with everything in them; their parents go in as folders. Development packages are pruned later. */
const folders = [
  '/dist/node',
  '/dist/work',
  '/dist/kernels',
  '/dist/native',
  '/dist/renderer',
  '/dist/page',
  '/experiments/presets',
  '/node_modules',
];
const files = [
  '',
  '/package.json',
  '/LICENSE',
  '/electron',
  '/electron/packaging',
  '/electron/packaging/icons',
  '/electron/packaging/icons/creasebook.png',
];

/** Dawn, the WebGPU of the command line: Electron brings its own. */
const dawn = /^\/node_modules\/webgpu(?:\/|$)/;

/** onnxruntime comes with many builds: the one for Node is used, and its WebAssembly, which the archive keeps once with the page's. */
const otherBuilds =
  /^\/node_modules\/onnxruntime-web\/(?:dist\/(?!ort\.node\.min\.m?js$|ort-wasm-simd-threaded\.(?:mjs|wasm)$)|docs\/|lib\/)./;

/** TensorFlow.js, the reference engine, comes with many builds too: the one for Node is used, and its WebAssembly. */
const otherTensorflow =
  /^\/node_modules\/@tensorflow\/[^/]+\/(?!package\.json$|dist$|dist\/[^/]+\.(?:node\.js|wasm)$|node_modules(?:\/|$))./;
/** Its polyfills for old browsers, which nothing imports, and types, which no program reads. */
const unread = /^\/node_modules\/(?:core-js|@types)(?:\/|$)|\.[cm]?ts$/;

/** Notes, tests and examples of packages, and builds for browsers beside those that Node loads. */
const forDevelopers =
  /^\/node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/@]+\/(?:docs?|examples?|tests?|benchmarks?)(?:\/|$)|^\/node_modules\/.*\.(?:md|markdown|html|flow|coffee|svelte)$/i;
const forBrowsers =
  /^\/node_modules\/(?:pdfkit\/js\/pdfkit\.(?:standalone|browser)[^/]*|fontkit\/dist\/browser[^/]*|(?:onnxruntime-web\/node_modules\/)?protobufjs\/dist\/.*)$/;

/** Of typefaces the upright ones of figures' two weights, in the format that PDF takes; the page's are in its bundle. */
const otherFonts =
  /^\/node_modules\/@fontsource\/[^/]+\/(?!package\.json$|LICENSE$|files$|files\/[^/]+-(?:400|600)-normal\.woff$|files\/source-sans-3-latin-(?:400|600)-normal\.woff2$)./;

/** Of native kernels the module and what is known of it. */
const ofTheBuild = /^\/dist\/native\/(?!(?:kernels\.node|stamp\.json)$)./;

/** Of exported pages one script and one style sheet alone; of the presets' folder no picture that only the README shows. */
const elsewhere = /^\/dist\/page\/(?!page\.(?:js|css)$).|^\/experiments\/presets\/[^/]+\.png$/;

/** Whether a path, from the project's root with a slash before it, stays out of the packaged app. */
export function isLeftOut(path: string): boolean {
  if (files.includes(path)) return false;
  if (
    [
      /\/\.|\.map$/,
      dawn,
      otherBuilds,
      otherTensorflow,
      unread,
      forDevelopers,
      forBrowsers,
      elsewhere,
      ofTheBuild,
      otherFonts,
    ].some((kind) => kind.test(path))
  )
    return true;
  return !folders.some(
    (folder) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`),
  );
}
