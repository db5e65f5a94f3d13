<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('tools', function (Blueprint $table) {
            $table->id();
            $table->foreignId('owner_id')->constrained('members')->cascadeOnDelete();
            $table->string('name', 120);
            $table->string('postcode', 10)->index();
            $table->unsignedInteger('deposit_cents')->default(0);
            $table->timestamps();
        });

        Schema::create('reservations', function (Blueprint $table) {
            $table->id();
            $table->unsignedBigInteger('tool_id');
            $table->foreignId('member_id')->constrained();
            $table->date('starts_on');
            $table->date('ends_on');
            $table->timestamp('returned_at')->nullable();
            $table->timestamps();
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('reservations');
        Schema::dropIfExists('tools');
    }
};
