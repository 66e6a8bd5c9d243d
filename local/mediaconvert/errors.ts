/** The errors that the service answers with: type, HTTP status, message. */
export class ServiceError extends Error {
  constructor(
    readonly type:
      | "BadRequestException"
      | "AccessDeniedException"
      | "NotFoundException"
      | "ConflictException"
      | "TooManyRequestsException"
      | "UnprocessableEntityException"
      | "UnrecognizedClientException"
      | "MissingAuthenticationTokenException"
      | "InternalServerErrorException",
    message: string,
  ) {
    super(message);
  }

  get status(): number {
    return STATUS[this.type];
  }
}

const STATUS: Record<ServiceError["type"], number> = {
  BadRequestException: 400,
  AccessDeniedException: 403,
  UnrecognizedClientException: 403,
  MissingAuthenticationTokenException: 403,
  NotFoundException: 404,
  ConflictException: 409,
  UnprocessableEntityException: 422,
  TooManyRequestsException: 429,
  InternalServerErrorException: 500,
};

export const badRequest = (message: string): ServiceError => new ServiceError("BadRequestException", message);

/**
 * Why a job ends in ERROR. Codes: MediaConvert User Guide, "Error codes".
 * 1010 input cannot be opened, 1020 no video, 1021 no audio, 1030 codec, 1040 settings, 1076 source truncated,
 * 1401 S3 denied, 1404 no such file or bucket, 1433 no such role, 1434 the role does not trust the service, 1507 disk full, 1999 unknown.
 */
export class JobFailure extends Error {
  constructor(
    readonly code: 1010 | 1020 | 1021 | 1030 | 1040 | 1076 | 1401 | 1404 | 1433 | 1434 | 1507 | 1999,
    message: string,
  ) {
    super(message);
  }
}
