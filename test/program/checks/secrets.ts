/** No secret stands in the clear: in inputs, in stack outputs, in variables. */
import { Fields } from "../../../policies/fields";
import { secretIn } from "../../../policies/secrets";
import { at, customs, label, listOf, opened, textsIn, type Check } from "./check";

/** User and password in a URL, a long-term AWS key, a private key, a bearer token (IAM User Guide, RFC 7519). */
const SECRET_TEXT =
  /:\/\/[^/\s:@]+:[^/\s@]+@|\bAKIA[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./;
/** Inputs that can only be a secret. */
const SECRET_INPUT =
  /^(masterPassword|password|passwords|secretString|secretBinary|authToken|clientSecret|privateKey)$/;

/** Name and value of every variable of a function or a container. */
function variablesOf(inputs: Record<string, unknown>): [string, string][] {
  const ofFunction = Object.entries((at(inputs, "environment.variables") ?? {}) as Record<string, unknown>);
  const containers = listOf(opened(inputs.containerDefinitions));
  const ofContainers = containers
    .flatMap((container) => listOf((container as Record<string, unknown>).environment))
    .map((variable) => variable as { name: string; value: unknown })
    .map(({ name, value }): [string, unknown] => [name, value]);
  return [...ofFunction, ...ofContainers].map(([name, value]) => [name, String(value)]);
}

/** What a plan, a state file or a console would show to everybody who may read it. */
export const noPlainSecrets: Check = (program) => {
  const inResources = customs(program).flatMap((resource) => {
    const open = Object.entries(resource.inputs).filter(([name]) => !resource.secrets.includes(name));
    const named = open
      .filter(([name, value]) => SECRET_INPUT.test(name) && value !== "")
      .map(([name]) => `${label(resource)}: the input ${name} is not marked secret → pulumi.secret()`);
    const texts = textsIn(Object.fromEntries(open))
      .filter(([, text]) => SECRET_TEXT.test(text))
      .map(([path]) => `${label(resource)}: ${path} holds a secret in the clear → read it at run time`);
    const variables = variablesOf(resource.inputs)
      .filter(([name, value]) => secretIn(name, Fields.of({ [name]: value }), name) !== undefined)
      .map(([name]) => `${label(resource)}: the variable ${name} holds a secret in the clear → secrets with valueFrom`);
    return [...named, ...texts, ...variables];
  });
  const inOutputs = textsIn(program.outputs)
    .filter(([, text]) => SECRET_TEXT.test(text))
    .map(([path]) => `stack output ${path} holds a secret in the clear → leave it out`);
  return [...inResources, ...inOutputs];
};
