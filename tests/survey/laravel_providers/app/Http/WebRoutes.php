<?php

namespace App\Http;

use Illuminate\Support\Facades\Route;

class WebRoutes
{
    public static function register(): void
    {
        Route::get('registered', 'RegisteredController@show');
    }
}
