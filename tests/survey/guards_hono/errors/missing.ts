export class MissingError extends Error {
  status = 404;
}
