<?php

use App\Http\Controllers\ArticleController;
use Illuminate\Support\Facades\Route;

Route::apiResource('articles', ArticleController::class);
Route::apiResources([
    'news' => ArticleController::class,
], ['only' => ['store']]);
Route::post('login', ['uses' => 'AuthController@login', 'as' => 'login']);
