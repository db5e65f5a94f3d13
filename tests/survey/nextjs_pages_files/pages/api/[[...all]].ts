import { createYoga } from "graphql-yoga";

export default createYoga({ schema });
