/** Where the migration finds the database. */
import { readEnvironment, SERVICE_ENVIRONMENT } from "../../contracts/environment.js";

/**
 * `DATABASE_URL`, or, in the cloud, an address made of its parts: user and password are injected one by one there, and
 * the server's certificate is checked.
 * @throws Error that lists every variable that is missing.
 */
export function migrationUrl(environment: Record<string, string | undefined>): string {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  const { DATABASE_HOST, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD } = readEnvironment(
    SERVICE_ENVIRONMENT.migrate,
    environment,
  );
  const [user, password] = [DATABASE_USER, DATABASE_PASSWORD].map(encodeURIComponent);
  return `postgres://${user}:${password}@${DATABASE_HOST}:5432/${DATABASE_NAME}?sslmode=verify-full`;
}
