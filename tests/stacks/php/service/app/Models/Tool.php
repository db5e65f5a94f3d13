<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;
use Illuminate\Database\Eloquent\Relations\HasMany;

class Tool extends Model
{
    protected $fillable = ['name', 'postcode', 'deposit_cents'];

    public function owner(): BelongsTo
    {
        return $this->belongsTo(Member::class, 'owner_id');
    }

    public function reservations(): HasMany
    {
        return $this->hasMany(Reservation::class);
    }

    public function isTaken(string $from, string $until): bool
    {
        return $this->reservations()
            ->whereNull('returned_at')
            ->where('starts_on', '<=', $until)
            ->where('ends_on', '>=', $from)
            ->exists();
    }
}
