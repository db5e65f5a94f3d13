<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Relations\HasMany;
use Illuminate\Foundation\Auth\User as Authenticatable;
use Laravel\Sanctum\HasApiTokens;

class Member extends Authenticatable
{
    use HasApiTokens;

    protected $guarded = [];

    protected $hidden = ['password'];

    protected $casts = ['is_admin' => 'boolean'];

    public function tools(): HasMany
    {
        return $this->hasMany(Tool::class, 'owner_id');
    }
}
