using Microsoft.EntityFrameworkCore;

namespace Blog.Data;

public class BlogContext : DbContext
{
    public DbSet<Blog> Blogs => Set<Blog>();
    public DbSet<Post> Posts { get; set; }
    public DbSet<Tag> Tags { get; set; }
    public DbSet<Summary> Summaries { get; set; }
    public DbSet<Author> Authors { get; set; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BlogContext).Assembly);
        modelBuilder.Entity<Tag>().ToTable("labels").HasKey(t => t.Slug);
        modelBuilder.Entity<Summary>(b =>
        {
            b.HasNoKey();
            b.ToView("summaries");
        });
    }
}

public class PostConfiguration : IEntityTypeConfiguration<Post>
{
    public void Configure(EntityTypeBuilder<Post> builder)
    {
        builder.ToTable("post", "content");
        builder.Property(p => p.Title).HasColumnName("headline").IsRequired().HasMaxLength(200);
        builder.Property(p => p.Status).HasConversion<string>();
        builder.Ignore(p => p.Scratch);
        builder.HasIndex(p => new { p.Title, p.BlogId }).IsUnique().HasDatabaseName("IX_post");
        builder.HasOne(p => p.Blog).WithMany(b => b.Posts).HasForeignKey(p => p.BlogId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
