/** What the SDK's errors have in common, whatever client they come from. */
interface ServiceError {
  name: string;
  message: string;
  $metadata: { httpStatusCode?: number };
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "$metadata" in error;
}

export const isHttpError = (error: unknown, status: number): boolean =>
  isServiceError(error) && error.$metadata.httpStatusCode === status;

const NO_CONNECTION = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** There was no connection at all, so that nothing can have been asked. */
export const isUnsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && NO_CONNECTION.has(String(error.code));
