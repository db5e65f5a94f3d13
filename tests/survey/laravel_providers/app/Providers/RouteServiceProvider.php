<?php

namespace App\Providers;

use Illuminate\Foundation\Support\Providers\RouteServiceProvider as ServiceProvider;
use Illuminate\Support\Facades\Route;

class RouteServiceProvider extends ServiceProvider
{
    protected $namespace = 'App\Http\Controllers';

    protected string $mobile = 'mobile/v1';

    public function boot()
    {
        parent::boot();
    }

    public function map()
    {
        $this->mapApiRoutes();
        $this->mapWebRoutes();
        $this->mapMobileRoutes('tablet');
    }

    protected function mapWebRoutes()
    {
        Route::middleware('web')
             ->namespace($this->namespace)
             ->group(base_path('routes/web.php'));

        foreach (glob(base_path('routes/web/*.php')) as $file) {
            Route::middleware('web')->prefix('more')->group($file);
        }
    }

    protected function mapApiRoutes()
    {
        Route::group([
            'middleware' => 'api',
            'namespace' => $this->namespace,
            'prefix' => 'api/v2',
        ], function ($router) {
            require base_path('routes/api.php');
        });
    }

    private function mapMobileRoutes(string $device)
    {
        Route::prefix($this->mobile . '/' . $device)->group(base_path('routes/mobile.php'));
    }
}
