namespace Blog.Data;

public abstract class Entity
{
    public Guid Id { get; set; }
    public DateTime? DeletedAt { get; private set; }
}

public class Blog : Entity
{
    [Required]
    public string Name { get; set; }
    public string? Url { get; set; }
    public string Plain { get; set; }
    public List<Post> Posts { get; set; } = new();
    public int Count => Posts.Count;
    [NotMapped]
    public int Cached { get; set; }
    public Author Owner { get; set; }
    public int OwnerId { get; set; }
}

public class Post : Entity
{
    public string Title { get; set; }
    public PostStatus Status { get; set; }
    public string Scratch { get; set; }
    public Guid BlogId { get; set; }
    public Blog Blog { get; set; }
    public static int Total { get; set; }
}

public enum PostStatus { Draft, Public }

public class Tag
{
    public string Slug { get; set; }
    public required string Label { get; init; }
}

public class Summary
{
    public int Words { get; set; }
}

[Table("people", Schema = "dbo")]
public class Author
{
    [Key]
    [Column("author_id")]
    public int Number { get; set; }
    public byte[]? Picture { get; set; }
}
