export default { basePath: prefixOf(process.env) };
