<?php

namespace Acme\Shop;

use Illuminate\Support\Facades\Route;
use Illuminate\Support\ServiceProvider;

class ShopServiceProvider extends ServiceProvider
{
    public function boot()
    {
        $this->loadRoutesFrom(__DIR__.'/../routes/shop.php');
        Route::group($this->configuration(), function () {
            $this->loadRoutesFrom(__DIR__.'/../routes/hooks.php');
        });
    }

    protected function configuration()
    {
        return ['prefix' => config('shop.path')];
    }
}
