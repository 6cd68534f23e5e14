/** From a call's name and unknown parameters to its handler. Only the contract's own names exist. */
import type { z } from 'zod';
import {
  ContractError,
  type CallName,
  type CallPart,
  type CallParameters,
  type CallResult,
} from '../../contract/contract.ts';
import { calls } from '../../contract/calls.ts';
import { contractErrorFrom } from './contract-errors.ts';

/** What a handler may use while it works. */
export interface CallContext<Name extends CallName> {
  /** Aborted when the caller gives the call up or goes away. */
  readonly signal: AbortSignal;
  part(part: CallPart<Name>): void;
}

export type CallHandler<Name extends CallName> = (
  parameters: CallParameters<Name>,
  context: CallContext<Name>,
) => Promise<CallResult<Name>>;

/** A handler for each of these calls. */
export type CallHandlers<Name extends CallName = CallName> = { readonly [Key in Name]: CallHandler<Key> };

/** What a transport hands to the router with a call. */
export interface RouterContext {
  readonly signal: AbortSignal;
  part(part: unknown): void;
}

export interface Router {
  /** The call's result. Rejects with ContractError only: 'unknown-call', 'bad-parameters', or what the handler says. */
  call(name: string, parameters: unknown, context: RouterContext): Promise<unknown>;
}

/** Longest explanation of what is wrong with parameters. */
const maxExplanationLength = 300;

/** A router over handlers of all calls. */
export function createRouter(handlers: CallHandlers): Router {
  return {
    async call(name, parameters, context) {
      if (!isCallName(name)) throw new ContractError('unknown-call', `There is no call '${shown(name)}'.`);
      const parsed = parsedParameters(name, parameters);
      try {
        context.signal.throwIfAborted();
        return await (handlers[name] as CallHandler<CallName>)(parsed as never, context);
      } catch (error) {
        throw contractErrorFrom(error);
      }
    },
  };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** Parameters as the contract's parser returns them; whatever the parser throws is 'bad-parameters'. */
function parsedParameters(name: CallName, parameters: unknown): unknown {
  const parser: z.ZodType = calls[name].parameters;
  let explanation: string;
  try {
    const result = parser.safeParse(parameters);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    explanation = `${issue.path.map(String).join('.') || 'parameters'}: ${issue.message}`;
  } catch {
    // Absurd nesting can run out of stack.
    explanation = 'they cannot be read';
  }
  throw new ContractError('bad-parameters', `${name}: ${shown(explanation)}`);
}

function shown(text: string): string {
  return text.length > maxExplanationLength ? `${text.slice(0, maxExplanationLength)}...` : text;
}
