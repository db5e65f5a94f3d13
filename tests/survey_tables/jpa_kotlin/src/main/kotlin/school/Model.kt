package school

import jakarta.persistence.*
import jakarta.persistence.Transient
import java.time.LocalDate

const val PUPILS = "Pupil"

@MappedSuperclass
abstract class Named(
    @Column(name = "fullName", nullable = false)
    open var name: String = "",
) {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    var id: Long? = null
}

@Entity
@Table(
    name = PUPILS,
    indexes = [Index(name = "ix_birth", columnList = "birthDate"), Index(columnList = "fullName, nick", unique = true)],
    uniqueConstraints = [UniqueConstraint(columnNames = ["nick"])],
)
class Pupil(
    name: String,
    var birthDate: LocalDate,
    @field:Column(length = 20, unique = true) var nick: String?,
    @ManyToOne(fetch = FetchType.LAZY) @JoinColumn(name = "group_id", nullable = false) var group: Group,
    @ManyToMany(mappedBy = "pupils") val courses: MutableSet<Course> = mutableSetOf(),
) : Named(name) {
    @Embedded
    @AttributeOverrides(
        AttributeOverride(name = "line", column = Column(name = "homeLine")),
    )
    var home: Postal = Postal("", null)

    @get:Transient
    val age: Int get() = 3

    val initials: String
        get() = name.take(1)

    @Transient
    var score: Int = 0

    val lazily by lazy { 1 }

    companion object {
        const val MAX = 3
    }
}

@Embeddable
data class Postal(var line: String, @Column(name = "zip") var zip: String?)

@Entity(name = "SchoolGroup")
class Group(@Id val code: String, val size: Int) {
    @OneToMany(mappedBy = "group", cascade = [CascadeType.ALL])
    var pupils: MutableList<Pupil> = mutableListOf()

    @ElementCollection
    @CollectionTable(name = "group_rooms", joinColumns = [JoinColumn(name = "group_code")])
    @Column(name = "room")
    var rooms: MutableSet<String> = mutableSetOf()
}

@Entity
data class Course(
    @Id @GeneratedValue val id: Long = 0,
    @Enumerated(EnumType.STRING) val level: Level,
    @Column(columnDefinition = "jsonb") val plan: Map<String, String>? = null,
    @ManyToMany
    @JoinTable(
        name = "course_pupil",
        joinColumns = [JoinColumn(name = "course_id")],
        inverseJoinColumns = [JoinColumn(name = "pupil_id")],
    )
    val pupils: MutableSet<Pupil> = mutableSetOf(),
)

enum class Level { LOW, HIGH }
