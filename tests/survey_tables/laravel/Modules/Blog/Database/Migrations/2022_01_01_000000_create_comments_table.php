<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('comments', function (Blueprint $table) {
            $table->id();
            $table->foreignUuid('post_id')->references('id')->on('posts');
            $table->json('meta')->nullable();
            $table->userstamps();
        });
        Schema::table('users', function (Blueprint $table) {
            $table->unsignedInteger('comments_count')->default(0)->after('name');
        });
    }
};
