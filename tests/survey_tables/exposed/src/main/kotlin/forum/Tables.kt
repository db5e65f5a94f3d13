package forum

import org.jetbrains.exposed.dao.id.IntIdTable
import org.jetbrains.exposed.dao.id.LongIdTable
import org.jetbrains.exposed.dao.id.UUIDTable
import org.jetbrains.exposed.sql.ReferenceOption
import org.jetbrains.exposed.sql.Table
import org.jetbrains.exposed.sql.javatime.datetime

const val PREFIX = "forum_"

object Members : IntIdTable("${PREFIX}members") {
    val email = varchar("email", 120).uniqueIndex("ux_email")
    val nick = varchar("nick", length = 40).nullable().index()
    val karma = integer("karma").default(0)
    val active = bool("is_active").default(true)
}

object ThreadsTable : LongIdTable(columnName = "thread_id") {
    val title = text("title")
    val author = reference("author_id", Members, onDelete = ReferenceOption.CASCADE)
    val moderator = optReference("moderator_id", Members)
    val createdAt = datetime("created_at").index("ix_created")
    val state = enumerationByName("state", 10, State::class)
    val score = decimal("score", 10, 2)

    init {
        uniqueIndex("ux_title_author", title, author)
        index(true, state, createdAt)
    }
}

object ThreadTags : Table("thread_tags") {
    override val primaryKey = PrimaryKey(arrayOf(thread, tag), name = "pk_thread_tags")
    val thread = long("thread").references(ThreadsTable.id, onDelete = ReferenceOption.SET_NULL)
    val tag = (varchar("tag", 30) references Tags.code)
}

object Tags : Table() {
    val code = varchar("code", 30)
    val color = varchar("color", 7).nullable()
    override val primaryKey = PrimaryKey(code)
}

abstract class Audited(name: String) : UUIDTable(name) {
    val changedBy = varchar("changed_by", 40)
}

object Reports : Audited("reports") {
    val reason = customText("reason")
    val weight = double("weight")
}

object Computed : Table(nameOf("computed")) {
    val id = integer("id").autoIncrement()
}

enum class State { OPEN, CLOSED }
