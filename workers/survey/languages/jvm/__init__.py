"""The reader of Java and Kotlin: both are read into the same declarations, then into one program.

`java_source` and `kotlin_source` turn a file into the plain data that `declarations` describes;
`program` finds classes and constants by their names as the languages do. Of these, `spring`,
`functional`, `jaxrs`, `micronaut` and `ktor` make endpoints, and `entities` and `exposed` tables.
`settings` reads the few settings that stand in front of every path, or name tables.
"""
