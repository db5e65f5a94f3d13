<?php

use App\Enums\Area;
use App\Http\UserController;
use Illuminate\Support\Facades\Route as Router;

Router::prefix(Area::Admin->value)->group(function () {
    Router::livewire('/board', 'pages::board');
    Router::get('/{any}', UserController::class)->where('any', '.*');
});

$prefix = 'deep';
Router::group(['prefix' => $prefix . '/er', 'controller' => UserController::class], function () use ($prefix) {
    Router::post(sprintf('/%s/%s', $prefix, 'end'), 'end');
    Router::group(['middleware' => 'x'], __DIR__ . '/inner.php');
});

Router::match($methods, '/unknown', 'X@y');
Passport::routes();
