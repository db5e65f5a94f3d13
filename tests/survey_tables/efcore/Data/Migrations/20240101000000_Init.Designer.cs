namespace Shop.Migrations
{
    [DbContext(typeof(ShopContext))]
    [Migration("20240101000000_Init")]
    partial class Init
    {
        protected override void BuildTargetModel(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity("Shop.User", b => { b.ToTable("Ghosts"); });
        }
    }
}
