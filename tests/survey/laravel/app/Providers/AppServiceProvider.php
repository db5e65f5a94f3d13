<?php

namespace App\Providers;

use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Route;
use Illuminate\Support\ServiceProvider;

class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        Broadcast::routes();
        Route::bind('user', fn ($value) => $value);
        Route::macro('nothing', fn () => null);
        $this->app->booted(function () {
            Route::put('/booted', 'BootController@put');
        });
    }
}
