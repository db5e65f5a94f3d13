<?php

use App\Models\Category;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class CreatePostsTable extends Migration
{
    public function up()
    {
        Schema::create('categories', function (Blueprint $table) {
            $table->bigIncrements('id');
            $table->string('name')->nullable(false);
        });
        Schema::create('posts', static function (Blueprint $table): void {
            $table->uuid('id')->primary();
            $table->foreignId('user_id')->constrained()->cascadeOnDelete();
            $table->foreignIdFor(Category::class)->nullable()->constrained()->nullOnDelete();
            $table->unsignedBigInteger('editor_id');
            $table->longtext('body');
            $table->string('slug');
            $table->morphs('source');
            $table->foreign('editor_id')->references('id')->on('users')->onDelete('restrict');
            $table->unique(['slug', 'user_id']);
            $table->index('slug', 'by_slug');
            foreach (['title', 'subtitle'] as $name) {
                $table->string($name)->nullable();
            }
        });
        Schema::create('category_post', function (Blueprint $table) {
            $table->unsignedBigInteger('category_id');
            $table->uuid('post_id');
            $table->primary(['category_id', 'post_id']);
        });
        Schema::create('drafts', function (Blueprint $table) {
            $table->id();
        });
    }
}
