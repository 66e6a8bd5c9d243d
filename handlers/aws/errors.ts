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
