<?php

namespace Modules\Blog\Providers;

use Illuminate\Foundation\Support\Providers\RouteServiceProvider as ServiceProvider;
use Illuminate\Support\Facades\Route;

class RouteServiceProvider extends ServiceProvider
{
    protected string $name = 'Blog';

    public function map(): void
    {
        Route::prefix('api')->middleware('api')->group(module_path('Blog', '/Routes/api.php'));
        Route::middleware('web')->group(module_path($this->name, '/Routes/web.php'));
    }
}
