/** The API's types, made from its OpenAPI document by `make openapi`. */
import type { components, paths } from "../../../docs/api/openapi";

export type { paths };
/** The body of an answer or a request, by its name in the document. */
export type Schemas = components["schemas"];
export type Role = Schemas["Role"];
export type ProblemBody = Schemas["ProblemBody"];
