<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::table('posts', function (Blueprint $table) {
            $table->dropForeign(['editor_id']);
            $table->dropColumn(['editor_id', 'subtitle']);
            $table->renameColumn('title', 'headline');
            $table->text('slug')->nullable()->change();
            $table->dropUnique(['slug', 'user_id']);
        });
        if (! Schema::hasColumn('users', 'locale')) {
            Schema::table('users', fn (Blueprint $table) => $table->char('locale', 5)->default('en'));
        }
        if (DB::getDriverName() === 'sqlite') {
            Schema::dropIfExists('users');
        }
        Schema::table('users', function (Blueprint $table) {
            $table->dropUnique('users_email_unique');
        });
        Schema::dropIfExists('drafts');
        Schema::rename('category_post', 'post_categories');
        DB::statement('ALTER TABLE categories ADD COLUMN position INT NOT NULL');
        Schema::create(config('shop.tables.orders'), function (Blueprint $table) {
            $table->ulid('id')->primary();
            $this->money($table);
        });
        Schema::create(config('shop.prefix') . '_items', function (Blueprint $table) {
            $table->id();
        });
    }

    private function money(Blueprint $table): void
    {
        $table->integer('total')->unsigned();
    }
};
