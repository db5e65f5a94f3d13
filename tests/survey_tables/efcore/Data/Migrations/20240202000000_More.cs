using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Migrations;

public partial class More : Migration
{
    private static readonly string[] columns = new[] { "Email", "Label" };

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(
            name: "Email",
            table: "Users",
            type: "text",
            nullable: false,
            defaultValue: "");

        migrationBuilder.RenameColumn(name: "nick_name", table: "Users", newName: "Label");
        migrationBuilder.AlterColumn<string>(
            name: "Label", table: "Users", type: "varchar(20)", nullable: false, oldClrType: typeof(string));
        migrationBuilder.DropColumn(name: "Active", table: "Users");
        migrationBuilder.CreateIndex(
            name: "IX_Users_Email_Label", table: "Users", columns: columns, unique: true);
        migrationBuilder.DropTable("Old");
        migrationBuilder.RenameTable(name: "Orders", schema: "sales", newName: "Purchases");
        migrationBuilder.DropForeignKey(name: "FK_Orders_Users_UserId", table: "Purchases");
        migrationBuilder.RenameColumn(name: "UserId", table: "Purchases", newName: "BuyerId");
        migrationBuilder.AddForeignKey(
            name: "FK_Purchases_Users_BuyerId",
            table: "Purchases",
            column: "BuyerId",
            principalTable: "Users",
            principalColumn: "Id",
            onDelete: ReferentialAction.Cascade);
        migrationBuilder.Sql("UPDATE \"Users\" SET \"Email\" = 'x'");
    }
}
