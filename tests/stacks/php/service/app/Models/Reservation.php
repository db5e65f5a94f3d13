<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;

class Reservation extends Model
{
    protected $fillable = ['tool_id', 'member_id', 'starts_on', 'ends_on', 'returned_at'];

    protected $casts = ['returned_at' => 'datetime'];

    public function tool(): BelongsTo
    {
        return $this->belongsTo(Tool::class);
    }

    public function member(): BelongsTo
    {
        return $this->belongsTo(Member::class);
    }
}
