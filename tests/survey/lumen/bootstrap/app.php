<?php

require_once __DIR__.'/../vendor/autoload.php';

$app = new Laravel\Lumen\Application(dirname(__DIR__));

$app->singleton(
    Illuminate\Contracts\Debug\ExceptionHandler::class,
    App\Exceptions\Handler::class
);

$app->router->group(['namespace' => 'App\Http\Controllers', 'prefix' => 'v1'], function ($router) {
    require __DIR__.'/../routes/web.php';
});

return $app;
