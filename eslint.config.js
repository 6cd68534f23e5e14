import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

/** Declarations that a reader meets by name in other files. */
const namedDeclarations = new Set([
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]);

/** Whether what is declared is one of these, or a constant that holds a function. */
function needsDocLine(declaration) {
  if (declaration?.type !== 'VariableDeclaration') return namedDeclarations.has(declaration?.type);
  const { init } = declaration.declarations[0];
  return init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression';
}

/** Every exported function, class, interface and type has a doc comment right above it; of overloads the first one. */
const docLine = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: "'{{name}}' is exported without a doc comment" },
  },
  create(context) {
    const { sourceCode } = context;
    const documented = new Set();
    return {
      ExportNamedDeclaration(node) {
        const { declaration } = node;
        if (!needsDocLine(declaration)) return;
        const name = declaration.id?.name ?? sourceCode.getText(declaration.declarations[0].id);
        const comment = sourceCode.getCommentsBefore(node).at(-1);
        const isDoc = comment?.type === 'Block' && comment.value.startsWith('*');
        if (isDoc && comment.loc.end.line >= node.loc.start.line - 1) documented.add(name);
        if (!documented.has(name)) context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/kernels/assembly/**', 'out/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': 'off',
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['experiments/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.ts'],
    // What others export is documented by them.
    ignores: ['**/*.d.ts'],
    plugins: { house: { rules: { 'doc-line': docLine } } },
    rules: { 'house/doc-line': 'error' },
  },
  {
    files: ['experiments/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'window',
        'document',
        'performance',
        'Date',
        'setTimeout',
        'setImmediate',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Random numbers come from Philox streams.' },
      ],
    },
  },
  {
    files: ['renderer/**/*.svelte', 'renderer/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // The type checker knows which names there are.
      'no-undef': 'off',
      // Addresses are fragments of one page, made by the route model.
      'svelte/no-navigation-without-resolve': 'off',
      // Maps are replaced, not changed; those that are changed in place are nobody's state.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-at-html-tags': 'error',
    },
  },
  {
    files: ['renderer/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Nothing is parsed as HTML in the page.' },
        { property: 'outerHTML', message: 'Nothing is parsed as HTML in the page.' },
        { property: 'insertAdjacentHTML', message: 'Nothing is parsed as HTML in the page.' },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['**/*.mjs', '*.js'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', WebAssembly: 'readonly' },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { process: 'readonly', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off', 'svelte/no-inner-declarations': 'off' },
  },
  {
    // Programs and page scripts in plain JavaScript, for Node and Chromium alike.
    files: ['test/electron/stand-in/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...[
            'Buffer',
            'clearInterval',
            'DOMException',
            'Element',
            'EventTarget',
            'location',
            'MessageChannel',
          ],
          ...[
            'navigator',
            'Request',
            'setImmediate',
            'setInterval',
            'setTimeout',
            'structuredClone',
            'window',
          ],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
